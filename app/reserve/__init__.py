"""Reserve proofs (储备证明): a custodian shows that it holds all it owes (white paper 3.4.3). docs/formats/reserve.md."""
