"""What is known of policy language, and how it is learnt."""
