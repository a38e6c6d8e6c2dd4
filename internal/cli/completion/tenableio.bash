# Completion of tenableio for bash. Load it with: source <(tenableio completion bash)

_tenableio_answers() {
    local words=
    case $1 in
    @ANSWERS@
    esac
    [[ -z $words ]] || printf '%s\n' "$words"
}

_tenableio() {
    local line=${COMP_LINE:0:COMP_POINT} current= place= prefix= command= word
    local -a typed
    if [[ -z $line ]]; then # asked with words alone, which bash parts at = too
        for word in "${COMP_WORDS[@]:0:COMP_CWORD + 1}"; do
            [[ -z $line || $word == = || $line == *= ]] || line+=' '
            line+=$word
        done
        [[ -n ${COMP_WORDS[COMP_CWORD]} || $line == *= ]] || line=${line% }' '
    fi
    read -r -a typed <<< "$line"
    if [[ $line != *[[:space:]] ]]; then
        current=${typed[${#typed[@]} - 1]}
        unset "typed[${#typed[@]} - 1]"
    fi
    local sub=${typed[1]-}
    for word in "${typed[@]:2}"; do
        [[ $word == -* ]] || { command=$word; break; }
    done
    case $sub,$command,$current in
    ,*) place= ;;
    *,--*=*) place="$sub ${current%%=*}" prefix=${current%%=*}= ;;
    *,-*) place="$sub --" ;;
    run,,*) place=run ;;
    run,*=*) place="run $command ${current%%=*}" prefix=${current%%=*}= ;;
    run,*) place="run $command" ;;
    schema,request,* | schema,result,*) return ;;
    schema,?*,*) COMPREPLY=($(compgen -W "input output" -- "$current")); return ;;
    *,,*) place=$sub ;;
    *) return ;;
    esac
    local value=${current#"$prefix"} items= answer
    if [[ -n $prefix && $value == *,* ]]; then # the last of a list
        items=${value%,*},
        value=${value##*,}
    fi
    # Readline completes what is behind the last word break alone.
    [[ $COMP_WORDBREAKS == *=* ]] && prefix=
    COMPREPLY=()
    while IFS= read -r answer; do
        [[ -n $answer && ${answer,,} == "${value,,}"* ]] || continue
        [[ $answer == *= ]] && compopt -o nospace 2> /dev/null
        COMPREPLY+=("$prefix$items$(printf '%q' "$answer")")
    done < <(_tenableio_answers "$place")
}

complete -F _tenableio tenableio
