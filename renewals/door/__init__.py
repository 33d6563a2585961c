"""The way into the customer's page: a code for who acts, and a new link for who lost theirs."""
