package org.assay.chain;

/// A configuration that a node must not start with. The message names the key, the value and the
/// fix; it is thrown before any database is opened.
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String key, String value, String fix) {
        super(key + " = " + value + ": " + fix);
    }
}
