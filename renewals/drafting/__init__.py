"""Help from a language model of the company's own choice: it gets a brief and returns a draft; a person approves."""
