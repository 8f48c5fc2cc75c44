# The end of the client's user data, whose beginning sets `url`: a command `greet` that calls it.
cat > /usr/local/bin/greet <<END
#!/bin/bash
url=$url
END
cat >> /usr/local/bin/greet <<'END'
getent ahostsv4 "$(cut -d/ -f3 <<<"$url")"
curl --silent --show-error --max-time 20 "$url"
END
chmod +x /usr/local/bin/greet
