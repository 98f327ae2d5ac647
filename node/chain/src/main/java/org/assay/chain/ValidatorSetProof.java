package org.assay.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.assay.chain.system.ContractViews;
import org.assay.consensus.SealCheck;
import org.assay.consensus.Validators;
import org.assay.consensus.message.QbftHeader;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Header;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateView;
import org.assay.storage.Column;
import org.assay.storage.KeyRange;
import org.assay.storage.StoreReads;
import org.assay.storage.state.AccountProof;
import org.assay.storage.trie.MerkleProof;
import org.assay.storage.trie.TrieRoot;
import org.jspecify.annotations.Nullable;

/// One step of the walk of trust (PROTOCOL section 4): a header that the validators so far have
/// sealed, and those parts of its state, each with its Merkle proof, that the validator contract
/// reads to name the validators after it. Whoever checks it runs the contract on just these.
///
/// RLP: `[header, [account…], [code…]]`, an account being `[address, nonce, balance, codeHash,
/// storageRoot, [node…], [[slot, value, [node…]]…]]`.
public record ValidatorSetProof(Header header, List<AccountProof> accounts, List<Bytes> codes) {
    /// A whole proof: 1,024 validators with a slot each of some 2 KB come to this.
    public static final int BYTES_MAX = 4 << 20;

    private static final int HEADER_BYTES_MAX = 1 << 17;
    private static final int ACCOUNTS_MAX = 16;
    private static final int SLOTS_MAX = 4_096;
    private static final int NODE_BYTES_MAX = 1_024;
    private static final int CODE_BYTES_MAX = 1 << 19;

    /// What a check found.
    public sealed interface Checked {
        record Proven(List<Address> validators) implements Checked {}

        record Refused(Reason reason) implements Checked {}
    }

    public enum Reason {
        /// The validators so far have not sealed the header.
        NOT_SEALED,
        /// An account, a slot or a code is not the one in the header's state.
        WRONG_PROOF,
        /// The contract reads what is not proven here.
        INCOMPLETE
    }

    /// What the contract of `chain` reads of `state` after `header` to name the validators;
    /// `prove` makes the proofs under the state's root.
    static ValidatorSetProof of(
            Contexts contexts,
            Address contract,
            Header header,
            StateView state,
            BiFunction<Address, List<UInt256>, AccountProof> prove) {
        ReadLog log = new ReadLog(state, new TreeMap<>(), new TreeMap<>());
        contexts.viewsAfter(header, log).validators(contract);
        List<AccountProof> accounts = new ArrayList<>();
        log.slots.forEach(
                (address, slots) -> accounts.add(prove.apply(address, List.copyOf(slots))));
        return new ValidatorSetProof(
                header, List.copyOf(accounts), List.copyOf(log.codes.values()));
    }

    /// The validators after the header, given those who were to seal it.
    public Checked check(Contexts contexts, Address contract, List<Address> sealers) {
        QbftHeader sealed = QbftHeader.decode(Bytes.wrap(header.encode()));
        if (!(SealCheck.verify(sealed, Validators.of(sealers))
                instanceof SealCheck.Result.Sealed)) {
            return new Checked.Refused(Reason.NOT_SEALED);
        }
        if (!accounts.stream().allMatch(account -> account.isOf(header.stateRoot()))) {
            return new Checked.Refused(Reason.WRONG_PROOF);
        }
        try {
            ContractViews views = contexts.viewsAfter(header, new Proven(this));
            return new Checked.Proven(views.validators(contract).stream().sorted().toList());
        } catch (NotProvenException e) {
            return new Checked.Refused(Reason.INCOMPLETE);
        }
    }

    /// Notes what is read.
    private record ReadLog(
            StateView state,
            SortedMap<Address, SortedSet<UInt256>> slots,
            SortedMap<Hash, Bytes> codes)
            implements StateView {
        @Override
        public @Nullable Account account(Address address) {
            slots.computeIfAbsent(address, ignored -> new TreeSet<>());
            return state.account(address);
        }

        @Override
        public UInt256 storage(Address address, UInt256 slot) {
            slots.computeIfAbsent(address, ignored -> new TreeSet<>()).add(slot);
            return state.storage(address, slot);
        }

        @Override
        public Bytes code(Hash codeHash) {
            Bytes code = state.code(codeHash);
            if (!code.isEmpty()) {
                codes.put(codeHash, code);
            }
            return code;
        }

        @Override
        public boolean hasStorage(Address address) {
            slots.computeIfAbsent(address, ignored -> new TreeSet<>());
            return state.hasStorage(address);
        }
    }

    /// The contract reads what the proof lacks.
    private static final class NotProvenException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /// The state as far as it is proven.
    private static final class Proven implements StateView {
        private final Map<Address, AccountProof> accounts = new TreeMap<>();
        private final Map<Address, Map<UInt256, UInt256>> slots = new TreeMap<>();
        private final Map<Hash, Bytes> codes = new TreeMap<>();

        Proven(ValidatorSetProof proof) {
            for (AccountProof account : proof.accounts) {
                accounts.put(account.address(), account);
                Map<UInt256, UInt256> values = new TreeMap<>();
                account.slots().forEach(slot -> values.put(slot.slot(), slot.value()));
                slots.put(account.address(), values);
            }
            proof.codes.forEach(code -> codes.put(Keccak.hash256(code), code));
        }

        private AccountProof proof(Address address) {
            AccountProof found = accounts.get(address);
            if (found == null) {
                throw new NotProvenException();
            }
            return found;
        }

        @Override
        public @Nullable Account account(Address address) {
            Account account = proof(address).account();
            return account.equals(Account.EMPTY) ? null : account;
        }

        @Override
        public UInt256 storage(Address address, UInt256 slot) {
            UInt256 value = slots.getOrDefault(address, Map.of()).get(slot);
            if (value == null) {
                throw new NotProvenException();
            }
            return value;
        }

        @Override
        public Bytes code(Hash codeHash) {
            Bytes code = codeHash.equals(Keccak.EMPTY) ? Bytes.EMPTY : codes.get(codeHash);
            if (code == null) {
                throw new NotProvenException();
            }
            return code;
        }

        @Override
        public boolean hasStorage(Address address) {
            return !proof(address).storageRoot().equals(TrieRoot.EMPTY);
        }
    }

    public Bytes encode() {
        return Bytes.wrap(
                RlpWriter.encodeList(
                        list -> {
                            header.write(list);
                            list.writeList(accounts, ValidatorSetProof::write);
                            list.writeList(codes, RlpWriter::writeBytes);
                        }));
    }

    private static void write(RlpWriter accounts, AccountProof proof) {
        accounts.writeList(
                list -> {
                    list.writeAddress(proof.address());
                    list.writeLong(proof.account().nonce());
                    list.writeUInt256(proof.account().balance());
                    list.writeHash(proof.account().codeHash());
                    list.writeHash(proof.storageRoot());
                    list.writeList(proof.proof().nodes(), RlpWriter::writeBytes);
                    list.writeList(
                            proof.slots(),
                            (slots, slot) ->
                                    slots.writeList(
                                            one -> {
                                                one.writeUInt256(slot.slot());
                                                one.writeUInt256(slot.value());
                                                one.writeList(
                                                        slot.proof().nodes(),
                                                        RlpWriter::writeBytes);
                                            }));
                });
    }

    /// Throws [RlpException] for anything malformed or above a limit.
    public static ValidatorSetProof decode(Bytes encoded) {
        if (encoded.size() > BYTES_MAX) {
            throw new RlpException("a proof of " + encoded.size() + " bytes");
        }
        return RlpReader.decode(
                encoded,
                reader -> {
                    RlpReader list = reader.readList();
                    Bytes header = list.readRaw();
                    if (header.size() > HEADER_BYTES_MAX) {
                        throw new RlpException("a header of " + header.size() + " bytes");
                    }
                    ValidatorSetProof proof =
                            new ValidatorSetProof(
                                    Header.decode(header),
                                    list.readList(ACCOUNTS_MAX, ValidatorSetProof::readAccount),
                                    list.readList(
                                            ACCOUNTS_MAX, item -> item.readBytes(CODE_BYTES_MAX)));
                    list.requireEnd();
                    return proof;
                });
    }

    private static AccountProof readAccount(RlpReader accounts) {
        RlpReader list = accounts.readList();
        Address address = list.readAddress();
        Account account = new Account(list.readLong(), list.readUInt256(), list.readHash());
        AccountProof proof =
                new AccountProof(
                        address,
                        account,
                        list.readHash(),
                        readProof(list),
                        list.readList(
                                SLOTS_MAX,
                                slots -> {
                                    RlpReader slot = slots.readList();
                                    AccountProof.SlotProof read =
                                            new AccountProof.SlotProof(
                                                    slot.readUInt256(),
                                                    slot.readUInt256(),
                                                    readProof(slot));
                                    slot.requireEnd();
                                    return read;
                                }));
        list.requireEnd();
        return proof;
    }

    private static MerkleProof readProof(RlpReader list) {
        return new MerkleProof(
                list.readList(MerkleProof.NODES_MAX, node -> node.readBytes(NODE_BYTES_MAX)));
    }

    /// The proofs kept in a database, for the header heights from `number` on, `countMax` and
    /// about `bytesMax` at most.
    static List<Bytes> kept(StoreReads store, long number, int countMax, int bytesMax) {
        List<Bytes> found = new ArrayList<>();
        int bytes = 0;
        var range = KeyRange.from(Blockchain.key(number));
        try (var cursor = store.scan(Column.VALIDATOR_SETS, range)) {
            while (found.size() < countMax && bytes < bytesMax && cursor.next()) {
                found.add(cursor.value());
                bytes += cursor.value().size();
            }
        }
        return List.copyOf(found);
    }
}
