"""What the windows ask of everything else, part by part; `app.ui.desk.Desk` is all of it."""
