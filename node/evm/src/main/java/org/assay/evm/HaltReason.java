package org.assay.evm;

/// Why a call frame ended other than by STOP, RETURN or SELFDESTRUCT. All but REVERT, CALL_DEPTH,
/// INSUFFICIENT_BALANCE and NONCE_OVERFLOW take all gas of the frame.
public enum HaltReason {
    REVERT("execution reverted"),
    OUT_OF_GAS("out of gas"),
    STACK_UNDERFLOW("stack underflow"),
    STACK_OVERFLOW("stack limit reached 1024"),
    INVALID_JUMP("invalid jump destination"),
    INVALID_OPCODE("invalid opcode"),
    WRITE_PROTECTION("write protection"),
    RETURN_DATA_OUT_OF_BOUNDS("return data out of bounds"),
    CALL_DEPTH("max call depth exceeded"),
    INSUFFICIENT_BALANCE("insufficient balance for transfer"),
    NONCE_OVERFLOW("nonce uint64 overflow"),
    ADDRESS_COLLISION("contract address collision"),
    INITCODE_TOO_LARGE("max initcode size exceeded"),
    CODE_TOO_LARGE("max code size exceeded"),
    CODE_STORE_OUT_OF_GAS("contract creation code storage out of gas"),
    INVALID_CODE("invalid code: must not begin with 0xef"),
    PRECOMPILE_FAILURE("precompile failed");

    private final String text;

    HaltReason(String text) {
        this.text = text;
    }

    /// The words that traces use.
    public String text() {
        return text;
    }
}
