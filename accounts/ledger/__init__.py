"""A contract ledger, as people keep it, becomes contracts (rules 5 and 6).

`reading` turns bytes into rows, `headings` finds the columns, `cells`, `dates` and `places` read what is in
them, `rows` puts one row together, `chains` orders the rows of one contract, `plan` says what would change,
`take` changes it, and `words` says all of it to a person.
"""
