package org.assay.app.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The networks of Ethereum's blockchain tests as configurations of a genesis file: a fork's
/// name, or two with the point between, as in `CancunToPragueAtTime15k` or `BerlinToLondonAt5`.
final class TestNetworks {
    private static final String DEPOSIT_CONTRACT = "0x00000000219ab540356cBB839Cbe05303d7705Fa";
    private static final Pattern TRANSITION =
            Pattern.compile("(\\w+?)To(\\w+?)At(Time|Diff)?([0-9a-fA-Fx]+)(k?)");

    /// A fork and the keys that begin it, oldest first.
    private record Row(String name, List<String> keys) {
        Row(String name, String... keys) {
            this(name, List.of(keys));
        }
    }

    private static final List<Row> ROWS =
            List.of(
                    new Row("Frontier"),
                    new Row("Homestead", "homesteadBlock"),
                    new Row("EIP150", "eip150Block"),
                    new Row("EIP158", "eip155Block", "eip158Block"),
                    new Row("Byzantium", "byzantiumBlock"),
                    new Row("Constantinople", "constantinopleBlock"),
                    new Row("ConstantinopleFix", "petersburgBlock"),
                    new Row("Istanbul", "istanbulBlock"),
                    new Row("MuirGlacier", "muirGlacierBlock"),
                    new Row("Berlin", "berlinBlock"),
                    new Row("London", "londonBlock"),
                    new Row("ArrowGlacier", "arrowGlacierBlock"),
                    new Row("GrayGlacier", "grayGlacierBlock"),
                    new Row("Paris", "terminalTotalDifficulty"),
                    new Row("Shanghai", "shanghaiTime"),
                    new Row("Cancun", "cancunTime"),
                    new Row("Prague", "pragueTime"),
                    new Row("Osaka", "osakaTime"),
                    new Row("BPO1", "bpo1Time"),
                    new Row("BPO2", "bpo2Time"),
                    new Row("BPO3", "bpo3Time"),
                    new Row("BPO4", "bpo4Time"),
                    new Row("BPO5", "bpo5Time"));

    private TestNetworks() {}

    /// The `config` of a genesis file; empty for a name not known here. `config` of the test may
    /// hold blob parameters and a chain id.
    static Optional<ObjectNode> config(String network, @Nullable JsonNode given) {
        int base = index(network);
        int next = -1;
        String point = "0";
        if (base < 0) {
            Matcher transition = TRANSITION.matcher(network);
            if (!transition.matches()) {
                return Optional.empty();
            }
            base = index(transition.group(1));
            next = index(transition.group(2));
            boolean byDifficulty = "Diff".equals(transition.group(3));
            String digits = transition.group(4) + (transition.group(5).isEmpty() ? "" : "000");
            point = byDifficulty && !digits.startsWith("0x") ? "0x" + digits : digits;
            if (base < 0 || next < 0) {
                return Optional.empty();
            }
        }
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("chainId", 1);
        for (int i = 0; i < ROWS.size(); i++) {
            for (String key : ROWS.get(i).keys) {
                if (i <= base) {
                    config.put(key, 0);
                } else if (i <= next) {
                    config.put(key, point);
                }
            }
        }
        if (Math.max(base, next) >= index("Prague")) {
            config.put("depositContractAddress", DEPOSIT_CONTRACT);
        }
        if (given != null && given.has("blobSchedule")) {
            config.set("blobSchedule", given.get("blobSchedule"));
        }
        if (given != null && given.has("chainid")) {
            config.set("chainId", given.get("chainid"));
        }
        return Optional.of(config);
    }

    private static int index(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        if (wanted.equals("merge")) {
            return index("Paris");
        }
        for (int i = 0; i < ROWS.size(); i++) {
            if (ROWS.get(i).name.toLowerCase(Locale.ROOT).equals(wanted)) {
                return i;
            }
        }
        return -1;
    }
}
