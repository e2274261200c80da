-- For wrk: the requests of a file, `METHOD<tab>PATH<tab>BODY` a line, with the headers of another, `NAME<tab>VALUE` a line.
-- Arguments: file of headers, file of requests, `again` to begin anew at its end or `once` to stop there. At the end one
-- line of JSON.

local headers, requests, again, at, threads = {}, {}, false, 0, {}
ran_out = false

function setup(thread)
  threads[#threads + 1] = thread
end

function init(args)
  for line in io.lines(args[1]) do
    local name, value = line:match("^([^\t]*)\t(.*)$")
    headers[name] = value
  end
  for line in io.lines(args[2]) do
    local method, path, body = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
    requests[#requests + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
  end
  again = args[3] == "again"
end

function request()
  at = at + 1
  if at > #requests then
    if again then
      at = 1
    else
      at, ran_out = #requests, true
      wrk.thread:stop()
    end
  end
  return requests[at]
end

function done(summary, latency, _)
  local e = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "failed": %d, "broken": %d, "ran_out": %s, "p50": %f, "p95": %f, "p99": %f}\n',
    summary.requests, summary.duration / 1e6, e.status, e.connect + e.read + e.write + e.timeout,
    tostring(threads[1]:get("ran_out")), latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3))
end
