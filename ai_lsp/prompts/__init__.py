"""How a place in code becomes a prompt, and how an answer becomes code again. Pure: no input or output, never raises."""
