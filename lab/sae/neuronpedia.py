"""What was published about `gpt2-small-res-jb` by the number of its latents. No torch.

Source of the clusters: Engels et al. 2024, the file of 1,000 spectral clusters in their code.
"""

from __future__ import annotations

from lab.errors import AnalysisError

RELEASE = "gpt2-small-res-jb"
LATENTS = 24_576

CLUSTERS: dict[str, tuple[int, ...]] = {
    "days": (2592, 4445, 4663, 4733, 6531, 8179, 9566, 20927, 24185),
    "months": (
        *(3977, 4140, 5993, 7299, 9104, 9401, 10449, 11196),
        *(12661, 14715, 17068, 17528, 19589, 21033, 22043, 23304),
    ),
    "years": (1052, 2753, 4427, 6382, 8314, 9576, 9606, 13551, 19734, 20349),
}


def permalink(latent: int) -> str:
    """Neuronpedia's page of a latent. Raises AnalysisError for one that the release has not."""
    if not 0 <= latent < LATENTS:
        raise AnalysisError(f"latent {latent}: {RELEASE} has 0 to {LATENTS - 1:,}.")
    return f"https://www.neuronpedia.org/gpt2-small/7-res-jb/{latent}"
