// Runs before the first paint: what is only for readers without a script is not drawn first and hidden later.
document.documentElement.classList.add("scripted");
