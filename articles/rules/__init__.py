"""What the desk does by itself: when an article is so, then do that. Nothing here acts on what a person has decided.

``kinds``, ``conditions``, ``effects`` and ``languages`` are pure; ``matching`` says which articles a rule means, ``backtest`` what it
would have done to past decisions, ``conflicts`` where two rules contradict each other, ``providers`` which rule is about a
provider, ``lost`` which name what is gone; ``firing`` acts, ``keeping`` writes, orders and switches rules.
"""
