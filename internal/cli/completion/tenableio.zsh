#compdef tenableio
# Completion of tenableio for zsh. Save it as _tenableio in a folder of $fpath, or load it
# with: source <(tenableio completion zsh)

_tenableio_answers() {
    local words=
    case $1 in
    @ANSWERS@
    esac
    [[ -z $words ]] || print -r -- "$words"
}

_tenableio() {
    local sub=${words[2]} current=${words[CURRENT]} place= command= word
    local -a answers open closed
    for word in "${(@)words[3,CURRENT-1]}"; do
        [[ $word == -* ]] || { command=$word; break }
    done
    if (( CURRENT == 2 )); then
        place=
    elif [[ $current == --*=* ]]; then
        place="$sub ${current%%=*}"
    elif [[ $current == -* ]]; then
        place="$sub --"
    elif [[ $sub == run && -z $command ]]; then
        place=run
    elif [[ $sub == run && $current == *=* ]]; then
        place="run $command ${current%%=*}"
    elif [[ $sub == run ]]; then
        place="run $command"
    elif [[ $sub == schema && -n $command ]]; then
        [[ $command == (request|result) ]] || compadd -- input output
        return
    elif [[ -z $command ]]; then
        place=$sub
    else
        return 1
    fi
    answers=("${(@f)$(_tenableio_answers "$place")}")
    [[ $current == *=* ]] && compset -P '*=' && compset -P '*,'
    open=("${(@M)answers:#*=}")
    closed=("${(@)answers:#*=}")
    (( ${#open} )) && compadd -S '' -- "${(@)open}"
    (( ${#closed} )) && compadd -- "${(@)closed}"
}

if [[ $funcstack[1] == _tenableio ]]; then
    _tenableio "$@"
else
    compdef _tenableio tenableio
fi
