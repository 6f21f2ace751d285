package dev.latchkey.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.local.LocalProblem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  @Test
  void ratesAreRead() {
    assertThat(Schedule.every("rate(1 minute)")).isEqualTo(Duration.ofMinutes(1));
    assertThat(Schedule.every("rate(12 hours)")).isEqualTo(Duration.ofHours(12));
    assertThat(Schedule.every("rate(2 days)")).isEqualTo(Duration.ofDays(2));
    assertThatThrownBy(() -> Schedule.every("cron(0 12 * * ? *)")).isInstanceOf(LocalProblem.class);
  }

  @Test
  void itIsSentAgainAlsoAfterAFailure() throws InterruptedException {
    var sent = new LinkedBlockingQueue<String>();
    var schedule = new Schedule("Rule", "Fn", Duration.ofMillis(20), "{}");
    try (var clockwork = Clockwork.start(List.of(schedule), (function, event) -> {
      sent.add(function + new String(event, java.nio.charset.StandardCharsets.UTF_8));
      throw new FunctionFailure(FunctionFailure.Kind.ERROR, "failed");
    })) {
      assertThat(sent.poll(5, TimeUnit.SECONDS)).isEqualTo("Fn{}");
      assertThat(sent.poll(5, TimeUnit.SECONDS)).isEqualTo("Fn{}");
    }
  }
}
