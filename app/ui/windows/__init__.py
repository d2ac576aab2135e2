"""The pages, and the frame that holds them. Each page asks the desk through its surroundings and draws the answers."""
