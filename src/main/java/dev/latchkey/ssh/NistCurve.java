package dev.latchkey.ssh;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Locale;

/** The curves of ECDSA keys (FIPS 186-4, D.1.2): y² = x³ − 3x + b in the field of a prime. */
enum NistCurve {
  NISTP256(
      "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
      "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
      "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
  NISTP384(
      "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
      "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
      "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"),
  NISTP521(
      "1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
          + "ffffffffffffffffffffffffffffffff",
      "51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf07"
          + "3573df883d2c34f1ef451fd46b503f00",
      "1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d"
          + "03bb5c9b8899c47aebb6fb71e91386409");

  final BigInteger prime;
  final BigInteger b;
  final BigInteger order;

  NistCurve(String prime, String b, String order) {
    this.prime = new BigInteger(prime, 16);
    this.b = new BigInteger(b, 16);
    this.order = new BigInteger(order, 16);
  }

  /** As RFC 5656 has it. */
  String identifier() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How many bytes a point has that is not compressed: 4, x, y (SEC 1, 2.3.3). */
  int bytesOfPoint() {
    return 1 + 2 * bytesOfCoordinate();
  }

  private int bytesOfCoordinate() {
    return (prime.bitLength() + 7) / 8;
  }

  /** Whether sshd takes the point, which also refuses coordinates that are tiny or as large as the order. */
  boolean has(byte[] point) {
    var size = bytesOfCoordinate();
    var x = new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + size));
    var y = new BigInteger(1, Arrays.copyOfRange(point, 1 + size, point.length));
    var right = x.pow(3).subtract(x.multiply(BigInteger.valueOf(3))).add(b);
    return isSane(x) && isSane(y) && y.pow(2).subtract(right).mod(prime).signum() == 0;
  }

  private boolean isSane(BigInteger coordinate) {
    return coordinate.bitLength() > order.bitLength() / 2
        && coordinate.compareTo(order.subtract(BigInteger.ONE)) < 0;
  }
}
