package org.assay.evm.precompile;

import org.assay.evm.Fork;
import org.assay.primitives.crypto.Bls12;
import org.jspecify.annotations.Nullable;

/// 0x0c: the sum of products of points of G1 of BLS12-381 with scalars (EIP-2537).
final class BlsG1Msm implements Precompile {
    private static final long PRODUCT_GAS = 12_000;
    private static final int ITEM_BYTES = Bls12.G1_BYTES + Bls12.SCALAR_BYTES;

    /// What a product costs in thousandths by the number of products, the first being that of
    /// one; the last holds for all higher numbers.
    private static final short[] DISCOUNTS = {
        1000, 949, 848, 797, 764, 750, 738, 728, 719, 712, 705, 698, 692, 687, 682, 677, 673, 669,
        665, 661, 658, 654, 651, 648, 645, 642, 640, 637, 635, 632, 630, 627, 625, 623, 621, 619,
        617, 615, 613, 611, 609, 608, 606, 604, 603, 601, 599, 598, 596, 595, 593, 592, 591, 589,
        588, 586, 585, 584, 582, 581, 580, 579, 577, 576, 575, 574, 573, 572, 570, 569, 568, 567,
        566, 565, 564, 563, 562, 561, 560, 559, 558, 557, 556, 555, 554, 553, 552, 551, 550, 549,
        548, 547, 547, 546, 545, 544, 543, 542, 541, 540, 540, 539, 538, 537, 536, 536, 535, 534,
        533, 532, 532, 531, 530, 529, 528, 528, 527, 526, 525, 525, 524, 523, 522, 522, 521, 520,
        520, 519
    };

    @Override
    public long gas(byte[] input, Fork fork) {
        int items = input.length / ITEM_BYTES;
        if (items == 0) {
            return 0;
        }
        return items * PRODUCT_GAS * DISCOUNTS[Math.min(items, DISCOUNTS.length) - 1] / 1000;
    }

    @Override
    public byte @Nullable [] run(byte[] input) {
        return input.length == 0 || input.length % ITEM_BYTES != 0
                ? null
                : Bls12.multiplySumG1(input);
    }
}
