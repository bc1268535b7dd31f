"""What is known of policy language and of the pages it stands on, and how it is learnt."""
