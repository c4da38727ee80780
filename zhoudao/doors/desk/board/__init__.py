"""The board: figures, and the cases behind them."""
