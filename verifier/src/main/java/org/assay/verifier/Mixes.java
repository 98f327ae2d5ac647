package org.assay.verifier;

import org.assay.primitives.Hash;

/// The beacon values a verdict rests on: `cells` = mix(h1+3), `projection` = B2 = mix(E) and
/// `assignment` = mix(block in which the job was assigned), the seed of sampled outputs.
public record Mixes(Hash cells, Hash projection, Hash assignment) {}
