"""`luopu reserve`: proofs that a custodian holds all that it owes (white paper 3.4.3 凭证证明)."""
