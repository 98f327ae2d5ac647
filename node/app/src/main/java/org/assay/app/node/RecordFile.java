package org.assay.app.node;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Iterator;
import java.util.zip.CRC32C;
import org.assay.primitives.Bytes;
import org.assay.primitives.rlp.RlpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Records appended to a file, which is replaced by a shorter one in one step. [PoolJournal] has
/// the layout.
final class RecordFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecordFile.class);
    private static final int HEAD_BYTES = 9;

    private final Path file;
    private final Form form;
    private FileChannel channel;
    private ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
    private long sizeBytes;
    private boolean toldFull;

    /// `magic` begins the file. A record's content has at most `contentBytesMax`, the file
    /// `fileBytesMax`.
    record Form(Bytes magic, int contentBytesMax, long fileBytesMax) {}

    /// One record as it was read.
    interface Reader {
        /// Ends the file where the content is none.
        void record(byte kind, Bytes content) throws RlpException;
    }

    private RecordFile(Path file, Form form) throws IOException {
        this.file = file;
        this.form = form;
        this.channel = FileChannel.open(file, StandardOpenOption.WRITE);
        this.sizeBytes = channel.size();
        channel.position(sizeBytes);
    }

    /// Replaces `file` by one of `contents`, as many as fit, each a record of `kind`, to be added
    /// to.
    static RecordFile create(Path file, Form form, byte kind, Iterator<Bytes> contents)
            throws IOException {
        write(file, form, kind, contents);
        return new RecordFile(file, form);
    }

    /// Gives `reader` the records of `file` in their order. A damaged end is left out; a file
    /// that is none of ours is empty, and so is a missing one.
    static void read(Path file, Form form, Reader reader) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            byte[] magic = form.magic.toArray();
            if (!Arrays.equals(in.readNBytes(magic.length), magic)) {
                LOG.warn("{} holds no transactions: it is left out", file);
                return;
            }
            long size = 0;
            while (size < form.fileBytesMax) {
                byte kind = in.readByte();
                int length = in.readInt();
                int sum = in.readInt();
                if (length < 0 || length > form.contentBytesMax) {
                    throw new EOFException("length " + length);
                }
                byte[] content = in.readNBytes(length);
                if (content.length < length || sum != sumOf(kind, content)) {
                    throw new EOFException("checksum");
                }
                size += HEAD_BYTES + length;
                reader.record(kind, Bytes.wrap(content));
            }
        } catch (EOFException | RlpException end) {
            LOG.debug("{} ends: {}", file, end.getMessage());
        }
    }

    private static int sumOf(byte kind, byte[] content) {
        CRC32C sum = new CRC32C();
        sum.update(kind);
        sum.update(content);
        return (int) sum.getValue();
    }

    private static void write(Path file, Form form, byte kind, Iterator<Bytes> contents)
            throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel out =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            writeAll(out, ByteBuffer.wrap(form.magic.toArray()));
            long size = form.magic.size();
            while (contents.hasNext()) {
                byte[] content = contents.next().unsafeArray();
                size += HEAD_BYTES + content.length;
                if (size > form.fileBytesMax) {
                    break;
                }
                ByteBuffer record = ByteBuffer.allocate(HEAD_BYTES + content.length);
                put(record, kind, content);
                writeAll(out, record.flip());
            }
            out.force(true); // or a power failure might leave neither file
        }
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void put(ByteBuffer target, byte kind, byte[] content) {
        target.put(kind).putInt(content.length).putInt(sumOf(kind, content)).put(content);
    }

    private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    /// With the next [#flush]; left out, and once said, where the file is full.
    void append(byte kind, byte[] content) {
        int length = HEAD_BYTES + content.length;
        if (content.length > form.contentBytesMax
                || sizeBytes + buffer.position() + length > form.fileBytesMax) {
            if (!toldFull) {
                toldFull = true;
                LOG.warn("{} is full: what comes now will not be there after a restart", file);
            }
            return;
        }
        if (buffer.remaining() < length) {
            buffer = ByteBuffer.allocate(2 * (buffer.position() + length)).put(buffer.flip());
        }
        put(buffer, kind, content);
    }

    /// Hands what was appended to the operating system.
    void flush() throws IOException {
        sizeBytes += buffer.position();
        writeAll(channel, buffer.flip());
        buffer.clear();
    }

    boolean hasAppended() {
        return buffer.position() > 0;
    }

    /// Of the file, without what was appended since [#flush].
    long sizeBytes() {
        return sizeBytes;
    }

    /// Replaces the file by one of `contents` alone.
    void rewrite(byte kind, Iterator<Bytes> contents) throws IOException {
        write(file, form, kind, contents);
        channel.close();
        channel = FileChannel.open(file, StandardOpenOption.WRITE);
        sizeBytes = channel.size();
        channel.position(sizeBytes);
        toldFull = false;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
