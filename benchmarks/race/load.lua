-- wrk script. Arguments: <body template file> <lines file> <first line> [<people file>]
-- The template holds @TARGET@ where the target's id goes. Every request takes the next line of
-- `viewer target`, so both change with each one. Line n of the people file is what a server calls
-- member n: `bearer id`. Without it that is n itself.
local heads, targets, position, before, after = {}, {}, 0, nil, nil
local head = "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
  .. "Accept: application/json\r\nAuthorization: Bearer "

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local text = file:read("*a")
  file:close()
  local a, b = text:find("@TARGET@", 1, true)
  if a then before, after = text:sub(1, a - 1), text:sub(b + 1) else before = text end
  local bearers, ids = {}, {}
  if args[4] then
    for line in io.lines(args[4]) do
      local bearer, id = line:match("^(%S+) (%S+)$")
      bearers[#bearers + 1], ids[#ids + 1] = bearer, id
    end
  end
  for line in io.lines(args[2]) do
    local viewer, target = line:match("^(%d+) (%d+)$")
    heads[#heads + 1] = head .. (bearers[tonumber(viewer)] or viewer) .. "\r\nContent-Length: "
    targets[#targets + 1] = ids[tonumber(target)] or target
  end
  position = tonumber(args[3]) % #heads
end

function request()
  position = position % #heads + 1
  local body = after and (before .. targets[position] .. after) or before
  return heads[position] .. #body .. "\r\n\r\n" .. body
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\nRESULT {"requests": %d, "us": %d, "bytes": %d, "p50": %d, "p90": %d, "p99": %d, '
      .. '"max": %d, "bad": %d, "socket": %d, "timeout": %d}\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50),
    latency:percentile(90), latency:percentile(99), latency.max, e.status,
    e.connect + e.read + e.write, e.timeout))
end
