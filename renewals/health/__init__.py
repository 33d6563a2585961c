"""How well it goes with a contract: a number whose parts are shown, from facts alone."""
