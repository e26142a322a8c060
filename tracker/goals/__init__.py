"""Goals: the line to them, the evidence for them, their grades and their forecasts; pure."""
