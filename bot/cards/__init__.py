"""Files -> a Library of cards, groups, resources and emergency steps; and the checks that volunteers see."""
