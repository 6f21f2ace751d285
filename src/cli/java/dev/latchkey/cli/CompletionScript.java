package dev.latchkey.cli;

import java.util.List;

/** What a shell runs at its start so that the tab key asks this command; the line travels by standard input, never as an argument. */
final class CompletionScript {
  private static final String BASH = """
      # bash completion of latchkey and whmapi1; put it into /usr/share/bash-completion/completions/latchkey,
      # or say: source <(latchkey completion bash)
      _latchkey() {
        local line=${COMP_LINE:0:COMP_POINT} word candidate
        COMPREPLY=()
        word=${line##*[[:space:]]}
        while IFS= read -r candidate; do
          # For bash a word begins after each = and :, and what stands before it is there already.
          COMPREPLY+=("${candidate#"${word%"$2"}"}")
        done < <(printf %s "$line" | command "$1" __complete 2>/dev/null)
        case ${COMPREPLY[0]-} in
          *=) compopt -o nospace ;;
        esac
      }
      complete -F _latchkey latchkey whmapi1
      """;

  private static final String ZSH = """
      #compdef latchkey whmapi1
      # zsh completion of latchkey and whmapi1; put it as _latchkey into a folder of $fpath,
      # or say: source <(latchkey completion zsh)
      _latchkey() {
        local -a candidates
        # Up to the cursor.
        candidates=(${(f)"$(print -rn -- "${(j: :)words[1,CURRENT-1]} $IPREFIX$PREFIX" | command ${words[1]} __complete 2>/dev/null)"})
        candidates=("${(@)candidates#$IPREFIX}")
        compadd -Q -S '' -- ${(M)candidates:#*=}
        compadd -Q -- ${candidates:#*=}
      }
      if [[ ${funcstack[1]-} == _latchkey ]]; then
        _latchkey "$@"
      else
        compdef _latchkey latchkey whmapi1
      fi
      """;

  private CompletionScript() {}

  static String of(List<String> words) {
    if (words.equals(List.of("bash"))) {
      return BASH;
    }
    if (words.equals(List.of("zsh"))) {
      return ZSH;
    }
    throw CliProblem.usage("latchkey completion bash, or latchkey completion zsh");
  }
}
