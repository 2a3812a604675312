"""How alike two answers are, and how several become one.

An answer is its marks. What two answers say of a control is compared and fused by the control's kind (`registry.KINDS`).
All of it depends on what the answers say alone: not on the order of answers or marks, nor on marks' ids.
"""

from services.labelling.likeness.answers import Memory
from services.labelling.likeness.comparing import agreement, chance, matches, similarity
from services.labelling.likeness.fusing import fuse, together
from services.labelling.likeness.registry import KINDS

__all__ = ["KINDS", "Memory", "agreement", "chance", "fuse", "matches", "similarity", "together"]
