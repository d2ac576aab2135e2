"""Facts → words, rows and colours, without Qt: everything here is a pure function of its arguments."""
