"""A season from its promise to its verdict, and the forecasts in between."""
