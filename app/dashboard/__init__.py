"""The pages: server-rendered, complete without JavaScript, and each for those whom it concerns."""
