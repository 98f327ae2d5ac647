package org.assay.rpc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import org.assay.chain.Blockchain;
import org.assay.chain.ForkSchedule;
import org.assay.evm.BlobSchedule;
import org.assay.evm.Fork;
import org.assay.primitives.Address;
import org.assay.primitives.Words;
import org.jspecify.annotations.Nullable;

/// `eth_config` (EIP-7910): the rules in force, before and to come, with their fork ids
/// (EIP-2124).
record ForkConfig(Blockchain chain) {
    private static final Map<String, Integer> FRONTIER =
            Map.of("ECREC", 1, "SHA256", 2, "RIPEMD160", 3, "ID", 4);
    private static final Map<String, Integer> BYZANTIUM =
            Map.of("MODEXP", 5, "BN254_ADD", 6, "BN254_MUL", 7, "BN254_PAIRING", 8);
    private static final Map<String, Integer> PRAGUE =
            Map.of(
                    "BLS12_G1ADD", 0x0b,
                    "BLS12_G1MSM", 0x0c,
                    "BLS12_G2ADD", 0x0d,
                    "BLS12_G2MSM", 0x0e,
                    "BLS12_PAIRING_CHECK", 0x0f,
                    "BLS12_MAP_FP_TO_G1", 0x10,
                    "BLS12_MAP_FP2_TO_G2", 0x11);

    Map<String, Object> view() {
        long now = chain.head().header().timestamp();
        TreeSet<Long> times = new TreeSet<>(forks().byTime().keySet());
        times.addAll(forks().blobsByTime().keySet());
        Long current = times.floor(now);
        Long next = times.higher(now);
        Long last = times.isEmpty() ? null : times.last();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("current", config(current == null ? 0 : current));
        view.put("next", next == null ? null : config(next));
        view.put("last", next == null ? null : config(java.util.Objects.requireNonNull(last)));
        return view;
    }

    private ForkSchedule forks() {
        return chain.spec().forks();
    }

    private Map<String, Object> config(long time) {
        Fork fork = forks().forkAt(chain.head().number(), time, true);
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("activationTime", time);
        config.put("blobSchedule", fork.isAtLeast(Fork.CANCUN) ? blobs(time) : null);
        config.put("chainId", chain.spec().chainId().toQuantity());
        config.put("forkId", forkId(time));
        config.put("precompiles", precompiles(fork));
        config.put("systemContracts", systemContracts(fork));
        return config;
    }

    private Map<String, Object> blobs(long time) {
        BlobSchedule blobs = forks().blobsAt(time);
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("target", blobs.targetBlobs());
        view.put("max", blobs.maxBlobs());
        view.put("baseFeeUpdateFraction", blobs.baseFeeUpdateFraction());
        return view;
    }

    /// CRC32 of the genesis hash and every fork up to `time`, by number first.
    private String forkId(long time) {
        CRC32 crc = new CRC32();
        crc.update(chain.genesisHash().toArray());
        long genesisTime = chain.spec().genesis().timestamp();
        TreeSet<Long> numbers = new TreeSet<>(forks().byNumber().keySet());
        numbers.addAll(forks().bombDelays().keySet());
        forks().merge().block().ifPresent(numbers::add);
        numbers.stream().filter(number -> number > 0).forEach(number -> add(crc, number));
        TreeSet<Long> times = new TreeSet<>(forks().byTime().keySet());
        times.addAll(forks().blobsByTime().keySet());
        times.stream()
                .filter(start -> start > genesisTime && start <= time)
                .forEach(start -> add(crc, start));
        return "0x%08x".formatted(crc.getValue());
    }

    private static void add(CRC32 crc, long fork) {
        byte[] bytes = new byte[8];
        Words.putLong(bytes, 0, fork);
        crc.update(bytes);
    }

    private static Map<String, String> precompiles(Fork fork) {
        Map<String, Integer> numbers = new TreeMap<>(FRONTIER);
        if (fork.isAtLeast(Fork.BYZANTIUM)) {
            numbers.putAll(BYZANTIUM);
        }
        if (fork.isAtLeast(Fork.ISTANBUL)) {
            numbers.put("BLAKE2F", 9);
        }
        if (fork.isAtLeast(Fork.CANCUN)) {
            numbers.put("KZG_POINT_EVALUATION", 0x0a);
        }
        if (fork.isAtLeast(Fork.PRAGUE)) {
            numbers.putAll(PRAGUE);
        }
        if (fork.isAtLeast(Fork.OSAKA)) {
            numbers.put("P256VERIFY", 0x100);
        }
        Map<String, String> view = new TreeMap<>();
        numbers.forEach((name, number) -> view.put(name, Address.ofNumber(number).toString()));
        return view;
    }

    private Map<String, @Nullable String> systemContracts(Fork fork) {
        Map<String, @Nullable String> contracts = new TreeMap<>();
        if (fork.isAtLeast(Fork.CANCUN)) {
            contracts.put("BEACON_ROOTS_ADDRESS", "0x000f3df6d732807ef1319fb7b8bb8522d0beac02");
        }
        if (fork.isAtLeast(Fork.PRAGUE)) {
            contracts.put(
                    "CONSOLIDATION_REQUEST_PREDEPLOY_ADDRESS",
                    "0x0000bbddc7ce488642fb579f8b00f3a590007251");
            contracts.put("HISTORY_STORAGE_ADDRESS", "0x0000f90827f1c53a10cb7a02335b175320002935");
            contracts.put(
                    "WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS",
                    "0x00000961ef480eb55e80d19ad83579a64c007002");
            chain.spec()
                    .depositContract()
                    .ifPresent(
                            address ->
                                    contracts.put("DEPOSIT_CONTRACT_ADDRESS", address.toString()));
        }
        return contracts;
    }
}
