"""Vouchers: rights against an issuer, from the application to the redemption (white paper 3.4.3)."""
