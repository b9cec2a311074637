#!/bin/sh
# What the tests need from the system: Chromium for the browser tests, poppler and GDAL to read PDFs back,
# PostgreSQL with PostGIS for the second store. Installed by apt when run as root, named otherwise.
set -eu
root=$([ "$(id -u)" = 0 ] && echo yes || echo no)
missing=""
# Chromium without a window is lighter; whoever can't install it may test with the one that is there.
if ! command -v chromium-headless-shell >/dev/null; then
    [ "$root" = no ] && { command -v chromium || command -v chromium-browser; } >/dev/null || missing="chromium-headless-shell"
fi
command -v pdftotext >/dev/null || missing="$missing poppler-utils"
command -v gdalinfo >/dev/null || missing="$missing gdal-bin"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1 || missing="$missing postgresql-postgis"
[ -z "$missing" ] && exit 0
if [ "$root" = yes ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-cache show chromium-headless-shell >/dev/null 2>&1 || missing=$(echo "$missing" | sed s/chromium-headless-shell/chromium/)
    echo "==> Installing $missing with apt-get"
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "The tests need these packages; as root: apt-get install $missing" >&2
    exit 1
fi
