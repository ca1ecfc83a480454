using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace HaWebhook.Serving;

/// <summary>One connection, and what it has done so far. A feature of it, so that its requests find it.</summary>
internal sealed class AdmissionConnection : IDisposable
{
    private readonly ConnectionContext _transport;
    private readonly TimeProvider _clock;
    private readonly Lock _arming = new();
    private PipeReader? _arriving;
    private long _deadline;
    private long _alarm = long.MaxValue;
    private ITimer? _timer;
    private long _lastUsed;
    private bool _isProven;

    public AdmissionConnection(ConnectionContext transport, TimeProvider clock)
    {
        (_transport, _clock) = (transport, clock);
        Place = new(this);
        _lastUsed = Opened = Environment.TickCount64;
    }

    /// <summary>When it was opened, by <see cref="Environment.TickCount64"/>.</summary>
    public long Opened { get; }

    /// <summary>When the last whole request had come, or else it was opened.</summary>
    public long LastUsed => Volatile.Read(ref _lastUsed);

    /// <summary>Whether a whole request has come ever.</summary>
    public bool IsProven => Volatile.Read(ref _isProven);

    /// <summary>Where it stands among those that have not sent a whole request yet.</summary>
    public LinkedListNode<AdmissionConnection> Place { get; }

    /// <summary>Closes it: at once where it is idle, after the answer where a request has begun to arrive (Kestrel knows).</summary>
    public void Close() => _transport.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();

    /// <summary>Breaks it off.</summary>
    public void Abort(string reason) => _transport.Abort(new ConnectionAbortedException(reason));

    /// <summary>A whole request has come.</summary>
    /// <returns>Whether it is the first.</returns>
    public bool Use()
    {
        Volatile.Write(ref _lastUsed, Environment.TickCount64);
        if (_isProven)
        {
            return false;
        }

        Volatile.Write(ref _isProven, true);
        return true;
    }

    /// <summary>
    /// A body has begun to arrive. If it has not come within this time, whoever reads it is told (<see cref="ReadResult.IsCanceled"/>). Costs next to nothing where it
    /// comes: the alarm is left standing for the next one, and rings mostly in vain.
    /// </summary>
    public void Expect(PipeReader body, TimeSpan within)
    {
        var deadline = Environment.TickCount64 + (long)within.TotalMilliseconds;
        Volatile.Write(ref _deadline, deadline);

        // Seen before the alarm is looked at: one that rings now either sees the body or leaves it to this call to set another.
        Interlocked.Exchange(ref _arriving, body);
        if (deadline < Volatile.Read(ref _alarm))
        {
            Arm(deadline);
        }
    }

    /// <summary>The body is here, or nobody waits for it any more.</summary>
    public void StopExpecting() => Volatile.Write(ref _arriving, null);

    public void Dispose()
    {
        lock (_arming)
        {
            _timer?.Dispose();
            _timer = null;
            _alarm = long.MinValue;
        }
    }

    private void Arm(long deadline)
    {
        lock (_arming)
        {
            if (deadline < _alarm)
            {
                _alarm = deadline;
                var due = TimeSpan.FromMilliseconds(Math.Max(deadline - Environment.TickCount64, 1));
                _timer ??= _clock.CreateTimer(static connection => ((AdmissionConnection)connection!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _timer.Change(due, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Ring()
    {
        lock (_arming)
        {
            if (_timer is null)
            {
                return;
            }

            _alarm = long.MaxValue;
        }

        // Whoever begins to wait from here on finds no alarm and sets one.
        var body = Volatile.Read(ref _arriving);
        var deadline = Volatile.Read(ref _deadline);
        if (body is null)
        {
            return;
        }

        if (Environment.TickCount64 < deadline)
        {
            Arm(deadline);
        }
        else if (Interlocked.CompareExchange(ref _arriving, null, body) == body)
        {
            body.CancelPendingRead();
        }
    }
}
