package org.assay.storage.trie;

/// Steps over the RLP items of one list, in place. Refuses what is not canonical: proofs come
/// from outside.
final class NodeReader {
    private final byte[] array;
    private final int limit;
    private int position;
    private int itemStart;
    private int start;
    private int size;
    private boolean list;

    NodeReader(byte[] array, int position, int limit) {
        this.array = array;
        this.position = position;
        this.limit = limit;
    }

    boolean atEnd() {
        return position == limit;
    }

    /// Where the item's header is.
    int itemStart() {
        return itemStart;
    }

    /// Where the item's content is.
    int start() {
        return start;
    }

    /// Of the content, in bytes.
    int size() {
        return size;
    }

    boolean isList() {
        return list;
    }

    /// Steps to the next item; false at the end or where there is no canonical item.
    boolean next() {
        if (position >= limit) {
            return false;
        }
        itemStart = position;
        int first = array[position] & 0xff;
        list = first >= 0xc0;
        if (first < 0x80) {
            start = position;
            size = 1;
            position++;
            return true;
        }
        int shortSize = first - (list ? 0xc0 : 0x80);
        start = position + 1;
        if (shortSize < 56) {
            size = shortSize;
            if (!list && size == 1 && start < limit && array[start] >= 0) {
                return false;
            }
        } else if (!readLongSize(shortSize - 55)) {
            return false;
        }
        if (size > limit - start) {
            return false;
        }
        position = start + size;
        return true;
    }

    private boolean readLongSize(int sizeSize) {
        if (sizeSize > 4 || sizeSize > limit - start || array[start] == 0) {
            return false;
        }
        long value = 0;
        for (int i = 0; i < sizeSize; i++) {
            value = value << 8 | (array[start + i] & 0xff);
        }
        start += sizeSize;
        size = (int) value;
        return value >= 56 && value <= Integer.MAX_VALUE;
    }
}
