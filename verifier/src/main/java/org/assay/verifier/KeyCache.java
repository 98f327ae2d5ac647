package org.assay.verifier;

import java.util.LinkedHashMap;
import org.assay.primitives.Hash;
import org.assay.verifier.cpu.Projection;

/// The verification keys last used, by (modelRoot, B2). Owned by the verifier's thread.
final class KeyCache {
    private static final int KEYS_MAX = 16;

    private final LinkedHashMap<Name, VerificationKey> keys = new LinkedHashMap<>(16, 0.75f, true);

    private record Name(Hash modelRoot, Hash projectionMix) {}

    VerificationKey keyOf(Model model, Hash projectionMix, Projection projection) {
        Name name = new Name(model.template().modelRoot(), projectionMix);
        VerificationKey key = keys.get(name);
        if (key == null) {
            key = VerificationKey.compute(model, projectionMix, projection);
            keys.put(name, key);
            if (keys.size() > KEYS_MAX) {
                keys.pollFirstEntry();
            }
        }
        return key;
    }
}
