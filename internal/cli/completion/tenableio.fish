# Completion of tenableio for fish. Load it with: tenableio completion fish | source

function __tenableio_answers
    switch $argv[1]
    @ANSWERS@
    end
end

function __tenableio_complete
    set -l typed (commandline -opc)
    set -l current (commandline -ct)
    set -l sub $typed[2]
    set -l command
    for word in $typed[3..-1]
        if not string match -q -- '-*' $word
            set command $word
            break
        end
    end
    set -l prefix ''
    set -l place
    if test (count $typed) -lt 2
        set place ''
    else if string match -q -- '--*=*' $current
        set prefix (string split -m 1 = -- $current)[1]
        set place "$sub $prefix"
    else if string match -q -- '-*' $current
        set place "$sub --"
    else if test "$sub" = run; and test -z "$command"
        set place run
    else if test "$sub" = run; and string match -q -- '*=*' $current
        set prefix (string split -m 1 = -- $current)[1]
        set place "run $command $prefix"
    else if test "$sub" = run
        set place "run $command"
    else if test "$sub" = schema; and test -n "$command"
        string match -q -r '^(request|result)$' -- $command; or printf '%s\n' input output
        return
    else if test -z "$command"
        set place $sub
    else
        return
    end
    if test -n "$prefix"
        set -l items (string match -r '^[^=]*=(?:.*,)?' -- $current)
        set prefix $items[1]
    end
    for answer in (__tenableio_answers "$place")
        printf '%s\n' "$prefix$answer"
    end
end

complete -c tenableio -f -a '(__tenableio_complete)'
complete -c tenableio -n 'string match -q -r -- "=@" (commandline -ct)' -F
