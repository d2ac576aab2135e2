"""The face: pages a clerk works with all day. Talks to `app.ui.desk.Desk` and to nothing below it."""
