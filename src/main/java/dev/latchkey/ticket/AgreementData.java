package dev.latchkey.ticket;

import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Data;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** How a support agreement is shown. */
final class AgreementData {
  /** What {@link #of} shows. */
  static final List<Field> FIELDS = List.of(
      Field.flag("accepted", "1 if you approved this version, 0 if not."),
      Field.time("accepted_date", "When you approved it; null if you did not.").orNull(),
      Field.text("accepted_date_human", "The same as month/day/year, UTC; null if you did not.")
          .orNull(),
      Field.text("body", "The whole text, in which there may be HTML."),
      Field.time("create_date", "When this version was set."),
      Field.text("create_date_human", "The same as month/day/year, UTC."),
      Field.text("download_url", "Where it can be downloaded; null if that was not set.")
          .orNull(),
      Field.text("title", "Its title."),
      Field.text("version", "Its version."),
      Field.text("view_url", "Where it can be read; null if that was not set.").orNull());

  private AgreementData() {}

  static Data.Hash of(Agreement agreement) {
    return Data.hash()
        .with("accepted", Data.flag(agreement.approvedAt().isPresent()))
        .with("accepted_date", Data.orNull(agreement.approvedAt().map(TicketData::time)))
        .with(
            "accepted_date_human",
            Data.orNull(agreement.approvedAt().map(AgreementData::day).map(Data::text)))
        .with("body", agreement.body())
        .with("create_date", TicketData.time(agreement.createdAt()))
        .with("create_date_human", day(agreement.createdAt()))
        .with(
            "download_url",
            Data.orNull(agreement.downloadUrl().map(URI::toString).map(Data::text)))
        .with("title", agreement.title())
        .with("version", agreement.version())
        .with("view_url", Data.orNull(agreement.viewUrl().map(URI::toString).map(Data::text)));
  }

  static WhmFailure none() {
    return WhmFailure.refused("You have no support agreement; support_agreement_set makes one.");
  }

  /** As the examples of WHM's documentation have it, {@code 8/3/19}: without zeros in front. */
  private static String day(Instant at) {
    var date = at.atOffset(ZoneOffset.UTC);
    var year = date.getYear() % 100;
    return date.getMonthValue() + "/" + date.getDayOfMonth() + "/" + (year < 10 ? "0" : "") + year;
  }
}
