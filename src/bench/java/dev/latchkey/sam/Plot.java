package dev.latchkey.sam;

import java.util.List;
import java.util.Locale;

/** What a first caller waits for, as bars: init, and behind it the call. */
final class Plot {
  private static final int WIDTH = 720;
  private static final int LEFT = 130;
  private static final int RIGHT = 110;
  private static final int TOP = 62;
  private static final int STEP = 40;
  private static final int BAR = 24;

  private final Figures figures;

  Plot(Figures figures) {
    this.figures = figures;
  }

  String svg() {
    List<Contender> contenders = figures.contenders();
    double longest = contenders.stream()
        .mapToDouble(one -> figures.initMillis(one) + figures.firstMillis(one))
        .max()
        .orElseThrow();
    double scale = (WIDTH - LEFT - RIGHT) / longest;
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %1$d %2$d' width='%1$d' height='%2$d'"
            + " font-family='sans-serif' font-size='14'>",
        WIDTH,
        TOP + STEP * contenders.size() + 8);
    add(svg, "<rect width='100%%' height='100%%' rx='8' fill='#ffffff'/>");
    add(
        svg,
        "<text x='16' y='26' font-size='16' font-weight='bold' fill='#1f2328'>"
            + "api_token_list when nothing is running, milliseconds</text>");
    legend(svg, LEFT, "#0b6e4f", "init");
    legend(svg, LEFT + 70, "#6fbf9b", "first call");
    for (int i = 0; i < contenders.size(); i++) {
      bar(svg, TOP + i * STEP, contenders.get(i), scale);
    }
    add(svg, "</svg>");
    return svg.toString();
  }

  private void bar(StringBuilder svg, int y, Contender contender, double scale) {
    double init = figures.initMillis(contender);
    double first = figures.firstMillis(contender);
    int middle = y + BAR / 2 + 5;
    add(
        svg,
        "<text x='%d' y='%d' text-anchor='end' fill='#1f2328'>%s</text>",
        LEFT - 10,
        middle,
        contender.name());
    rectangle(svg, LEFT, y, init * scale, "#0b6e4f");
    rectangle(svg, LEFT + init * scale, y, first * scale, "#6fbf9b");
    add(
        svg,
        "<text x='%.1f' y='%d' fill='#1f2328'>%.0f + %.0f</text>",
        LEFT + (init + first) * scale + 8,
        middle,
        init,
        first);
  }

  private static void legend(StringBuilder svg, int x, String colour, String text) {
    add(svg, "<rect x='%d' y='38' width='12' height='12' fill='%s'/>", x, colour);
    add(svg, "<text x='%d' y='49' font-size='13' fill='#1f2328'>%s</text>", x + 18, text);
  }

  private static void rectangle(StringBuilder svg, double x, int y, double width, String colour) {
    add(
        svg,
        "<rect x='%.1f' y='%d' width='%.1f' height='%d' fill='%s'/>",
        x,
        y,
        width,
        BAR,
        colour);
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
