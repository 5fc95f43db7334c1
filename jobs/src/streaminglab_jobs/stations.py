"""Names of the stations: towns, whose order spreads their records over a topic's partitions.

A record's key is its station, and Kafka's default partitioner is murmur2 of the key (KIP-480 keeps
it for records with keys). So which partition a station belongs to follows from its name. The order
of the towns was searched for: of the first n, no partition of up to 12 has more than two above its
share, and the first four are in four partitions of four. A test computes it.

No accents: keys are typed in shells of every kind, and all three spellings of a point are plain.
"""

NUMBERED, TOWNS = 0, 1
"""How a run's stations are called: ``station-1`` as in runs of before, whose markers do not say
it, or by towns. A run keeps its names for as long as it lasts."""

_LIST = """
Valence Amiens Nice Melun Limoges Marseille Avignon Roubaix Granville Menton Sens Vesoul Saumur
Dole Chartres Lannion Vierzon Cannes Aurillac Rouen Paris Dinan Foix Antibes Moulins Toulon Laon
Bourges Vannes Lourdes Nantes Auxerre Royan Toulouse Beauvais Tours Annecy Montpellier Saverne
Nevers Grenoble Ajaccio Agen Morlaix Rennes Troyes Mende Lille Angers Castres Caen Calais
Saintes Bordeaux Brest Cambrai Verdun Bastia Cholet Albi Belfort Chaumont Arras Quimper
"""
_TOWNS = _LIST.split()


def name(station: int, names: int = TOWNS) -> str:
    """Name of a station, numbered from 0: ``Valence``, and ``Valence-2`` when the towns are used
    up."""
    if names == NUMBERED:
        return f"station-{station + 1}"
    times, town = divmod(station, len(_TOWNS))
    return f"{_TOWNS[town]}-{times + 1}" if times else _TOWNS[town]
