"""What can an outsider see of an organization? Nothing in here can write, sign in as an App or reach the database."""
