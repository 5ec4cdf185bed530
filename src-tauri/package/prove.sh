#!/bin/sh
# Runs inside the bare system, as root: `install`, `record` (there is no network then), `remove`. What it finds out is said in
# lines `name: value`; the last words are for `cargo xtask package --prove`.
set -eu
cd /

say() { echo "$1: $2"; }

# What apt has to say matters only where it fails.
apt() {
    DEBIAN_FRONTEND=noninteractive apt-get -y -q "$@" </dev/null >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; exit 1; }
}

install() {
    apt install /proof/sotto.deb
    test -L /usr/bin/sotto && test -x /usr/lib/sotto/sotto
    id speaker >/dev/null 2>&1 || useradd --create-home speaker
    say version "$(setpriv --reuid speaker --regid speaker --clear-groups env HOME=/home/speaker sotto --version)"
    test -s /usr/share/man/man1/sotto.1.gz
    bash -c '. /usr/share/bash-completion/completions/sotto && complete -p sotto' >/dev/null
    ldd /usr/lib/sotto/sotto /usr/lib/sotto/*.so | grep "not found" && exit 1
    say installed "$(dpkg-query --show --showformat='${Status}' sotto)"
}

# As the user: a display, a sound server with a microphone that plays back what it is given, a bus, and the program.
session() {
    export PULSE_LATENCY_MSEC=60 WEBKIT_DISABLE_COMPOSITING_MODE=1
    Xvfb :71 -screen 0 1280x800x24 -nolisten tcp >/tmp/xvfb.log 2>&1 &
    pulseaudio --daemonize=no --exit-idle-time=-1 --log-target=file:/tmp/pulse.log -n \
        --load="module-native-protocol-unix" \
        --load="module-null-sink sink_name=mouth rate=48000" \
        --load="module-remap-source master=mouth.monitor source_name=microphone" &
    until pactl set-default-source microphone 2>/dev/null && test -e /tmp/.X11-unix/X71; do sleep 0.2; done
    sotto >/tmp/sotto.log 2>&1 &
    program=$!
    i=0
    until sotto status >/dev/null 2>&1; do
        i=$((i + 1))
        test $i -lt 300 || { cat /tmp/sotto.log; exit 1; }
        sleep 0.2
    done
    # The engine reads its model meanwhile; what is said before is kept, as always.
    sotto start >/dev/null
    until sotto status --json | grep -q '"recording"'; do sleep 0.2; done
    paplay --device=mouth /proof/speech.wav
    scrot --overwrite /proof/window.png
    grep -qs libsotto_page_process /proc/[0-9]*/maps
    say "what the page's process loads" loaded
    sotto stop >/dev/null
    until sotto status --json | grep -q '"finishing":\[\]'; do sleep 0.5; done
    sotto history export last --format json --output /proof/heard.json >/dev/null
    sotto transcribe /proof/speech.wav --format json --output /proof/transcribed.json >/dev/null 2>&1
    kill $program
}

record() {
    # Only what is inside this system, and nothing else.
    test "$(ls /sys/class/net)" = lo
    test "$(wc -l </proc/net/route)" -le 1
    if getent ahosts example.com >/dev/null 2>&1; then exit 1; fi
    say network none
    chown speaker /proof
    run=/tmp/run-speaker
    mkdir -p $run && chown speaker $run && chmod 700 $run
    setpriv --reuid speaker --regid speaker --clear-groups env -i PATH=/usr/bin:/bin HOME=/home/speaker USER=speaker \
        XDG_RUNTIME_DIR=$run LANG=C.UTF-8 DISPLAY=:71 dbus-run-session -- sh /proof/prove.sh session
}

remove() {
    dpkg-query --listfiles sotto >/tmp/files
    apt purge sotto
    while read -r path; do
        # Folders may be others' too.
        if test -d "$path" && ! test -L "$path"; then continue; fi
        if test -e "$path" || test -L "$path"; then say left "$path"; exit 1; fi
    done </tmp/files
    left=$(find / -xdev \( -path /proc -o -path /sys -o -path /home -o -path /proof -o -path /tmp -o -path /var/log \) -prune \
        -o -iname '*sotto*' -print)
    test -z "$left" || { say left "$left"; exit 1; }
    if dpkg-query --show --showformat='${Status}' sotto 2>/dev/null | grep -q ' installed$'; then exit 1; fi
    say removed yes
}

"$1"
