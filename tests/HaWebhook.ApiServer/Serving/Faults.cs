using System.Collections.Concurrent;
using System.Text;

namespace HaWebhook.ApiServer;

/// <summary>How a watch from a forgotten resourceVersion is refused; the real server does both.</summary>
public enum Expiry
{
    /// <summary>HTTP 200, then an <c>ERROR</c> event that carries a 410 Status: so it was recorded.</summary>
    InStream,

    /// <summary>HTTP 410 with the Status as body.</summary>
    HttpStatus,
}

/// <summary>What goes wrong on purpose. Everything may be set while the server runs; the defaults are a healthy server.</summary>
public sealed class Faults
{
    private readonly ConcurrentDictionary<Denial, bool> _denials = [];
    private readonly ConcurrentDictionary<object, Action<string?>> _watches = [];
    private readonly ConcurrentDictionary<object, Action> _connections = [];
    private readonly Action _compact;
    private volatile TaskCompletionSource? _stall;
    private volatile bool _refusing;
    private int _failures;
    private (int Code, int? RetryAfter) _failure;

    internal Faults(Action compact) => _compact = compact;

    private sealed record Denial(string Verb, string Resource, string? User, string? Namespace);

    /// <summary>How a watch from a forgotten resourceVersion is refused.</summary>
    public Expiry ExpiredWatches { get; set; }

    /// <summary>How long every answer waits first; zero by default.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>How long a watch stays without a bookmark, where it asks for them; a minute by default, as in the real server.</summary>
    public TimeSpan BookmarkInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Cuts every connection, and new ones as soon as they are made, while true.</summary>
    public bool RefuseConnections
    {
        get => _refusing;
        set
        {
            _refusing = value;
            if (value)
            {
                CutConnections();
            }
        }
    }

    /// <summary>Keeps watches open but silent while true: no event, no bookmark, no end.</summary>
    public bool StallWatches
    {
        get => _stall is not null;
        set
        {
            var stalled = _stall;
            _stall = value ? stalled ?? new(TaskCreationOptions.RunContinuationsAsynchronously) : null;
            if (!value)
            {
                stalled?.SetResult();
            }
        }
    }

    /// <summary>How many watches are open now.</summary>
    public int OpenWatches => _watches.Count;

    /// <summary>Cuts every connection once, in the middle of whatever it carries.</summary>
    public void CutConnections() => RunAll(_connections.Values);

    /// <summary>Cuts the connections of all watches, without an end of the stream.</summary>
    public void CutWatches() => SendIntoWatches(null);

    /// <summary>Sends bytes that are no event into all watches; a line feed is added.</summary>
    /// <param name="garbage">What is sent; null cuts them.</param>
    public void SendIntoWatches(string? garbage)
    {
        foreach (var watch in _watches.Values)
        {
            watch(garbage);
        }
    }

    /// <summary>Forgets the past: watches and pages from an earlier resourceVersion get 410.</summary>
    public void CompactHistory() => _compact();

    /// <summary>Answers the next requests with an error instead.</summary>
    /// <param name="requests">How many.</param>
    /// <param name="code">The HTTP status, such as 429, 500 or 503.</param>
    /// <param name="retryAfter">The <c>Retry-After</c> header in seconds; absent where null.</param>
    public void FailNext(int requests, int code, int? retryAfter = null)
    {
        _failure = (code, retryAfter);
        Interlocked.Exchange(ref _failures, requests);
    }

    /// <summary>Refuses a verb with 403, as a missing role does.</summary>
    /// <param name="verb"><c>get</c>, <c>list</c>, <c>watch</c>, <c>create</c>, <c>update</c>, <c>patch</c>, <c>delete</c>, <c>deletecollection</c> or <c>*</c>.</param>
    /// <param name="resource">The resource as in a path, such as <c>deployments</c>; <c>*</c> means all.</param>
    /// <param name="user">Whom it is refused to; null means everybody.</param>
    /// <param name="namespace">The namespace in which it is refused; null means everywhere.</param>
    public void Forbid(string verb, string resource, string? user = null, string? @namespace = null)
        => _denials[new(verb, resource, user, @namespace)] = true;

    /// <summary>Takes back every <see cref="Forbid"/>.</summary>
    public void ForbidNothing() => _denials.Clear();

    internal bool IsForbidden(string user, string verb, string resource, string? @namespace)
        => _denials.Keys.Any(denial => (denial.Verb is "*" || denial.Verb == verb)
            && (denial.Resource is "*" || denial.Resource == resource)
            && (denial.User is null || denial.User == user)
            && (denial.Namespace is null || denial.Namespace == @namespace));

    internal (int Code, int? RetryAfter)? NextFailure() => Volatile.Read(ref _failures) > 0 && Interlocked.Decrement(ref _failures) >= 0 ? _failure : null;

    internal async Task WhileStalledAsync(CancellationToken cancellation)
    {
        if (_stall is { } stall)
        {
            await stall.Task.WaitAsync(cancellation);
        }
    }

    internal IDisposable Connection(Action abort) => new Registration<Action>(_connections, abort);

    /// <summary>Registers a watch: its action sends garbage, or cuts it where there is none.</summary>
    internal IDisposable Watch(Func<byte[], Task> send, Action abort) => new Registration<Action<string?>>(_watches, garbage =>
    {
        if (garbage is null)
        {
            abort();
        }
        else
        {
            _ = send(Encoding.UTF8.GetBytes(garbage + "\n"));
        }
    });

    private static void RunAll(IEnumerable<Action> actions)
    {
        foreach (var action in actions)
        {
            action();
        }
    }

    private sealed class Registration<T> : IDisposable
    {
        private readonly ConcurrentDictionary<object, T> _all;

        public Registration(ConcurrentDictionary<object, T> all, T action)
        {
            _all = all;
            all[this] = action;
        }

        public void Dispose() => _all.TryRemove(this, out _);
    }
}
