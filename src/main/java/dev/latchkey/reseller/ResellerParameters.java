package dev.latchkey.reseller;

import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFailure;

/** Parameters that several functions about resellers take. */
final class ResellerParameters {
  static final ParameterType<ResellerName> NAME = ParameterType.text(ResellerName::parse);

  static final Parameter<ResellerName> USER =
      Parameter.required("user", NAME, "The reseller's user name.");

  private ResellerParameters() {}

  static WhmFailure unknown(Parameter<?> by, ResellerName name) {
    return by.refused("there is no reseller named “" + name + "”.");
  }

  /** Where one call did not come to the end of a removal. */
  static String goesOn(ResellerName name) {
    return "“" + name
        + "” stays suspended until all of it is removed, and something is left; call again to go on.";
  }
}
