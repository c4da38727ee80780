"""What is to be expected: how good the forecasts are, whom they concern, and where demand is sudden."""
