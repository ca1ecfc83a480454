using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace HaWebhook.Serving;

/// <summary>One connection, and what it has done so far. A feature of it, so that its requests find it.</summary>
internal sealed class AdmissionConnection : IDisposable
{
    /// <summary>A timer takes no less, and none at all means never to it.</summary>
    private static readonly TimeSpan _shortestWait = TimeSpan.FromMilliseconds(1);

    private readonly AdmissionConnections _connections;
    private readonly ConnectionContext _transport;
    private readonly TimeProvider _clock;
    private readonly Lock _arming = new();
    private PipeReader? _arriving;
    private long _deadline;
    private long _alarm = long.MaxValue;
    private ITimer? _timer;
    private long _lastUsed;
    private volatile ConnectionPhase _phase;
    private volatile bool _isProven;

    public AdmissionConnection(AdmissionConnections connections, ConnectionContext transport, TimeProvider clock)
    {
        (_connections, _transport, _clock) = (connections, transport, clock);
        Place = new(this);
        _lastUsed = Opened = clock.GetTimestamp();
    }

    /// <summary>When it was opened, as a timestamp of the clock.</summary>
    public long Opened { get; }

    /// <summary>When the last request began or was answered, or else it was opened.</summary>
    public long LastUsed => Volatile.Read(ref _lastUsed);

    /// <summary>What goes on on it.</summary>
    public ConnectionPhase Phase => _phase;

    /// <summary>Whether a review was ever answered with a verdict on it.</summary>
    public bool IsProven => _isProven;

    /// <summary>Whether it was asked to close already. Guarded by those that ask.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Whether whoever called has gone.</summary>
    public bool IsGone => _transport.ConnectionClosed.IsCancellationRequested;

    /// <summary>Where it stands among those that are not proven.</summary>
    public LinkedListNode<AdmissionConnection> Place { get; }

    /// <summary>Closes it: at once where it is idle, after the answer where a request has begun to arrive (Kestrel knows).</summary>
    public void Close() => _transport.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();

    /// <summary>Breaks it off.</summary>
    public void Abort(string reason) => _transport.Abort(new ConnectionAbortedException(reason));

    /// <summary>A review has begun to arrive.</summary>
    public void BeginReading()
    {
        Volatile.Write(ref _lastUsed, _clock.GetTimestamp());
        _phase = ConnectionPhase.Reading;
    }

    /// <summary>The review is here whole: it is let be until it is answered.</summary>
    public void BeginDeciding()
    {
        _phase = ConnectionPhase.Deciding;
        if (!_isProven)
        {
            _connections.Unlist(this);
        }
    }

    /// <summary>The review is answered.</summary>
    /// <param name="isVerdict">Whether with a verdict. Whoever sends something else proves nothing by it.</param>
    public void End(bool isVerdict)
    {
        var wasDeciding = _phase == ConnectionPhase.Deciding;
        Volatile.Write(ref _lastUsed, _clock.GetTimestamp());
        _phase = ConnectionPhase.Idle;
        if (_isProven)
        {
            return;
        }

        if (isVerdict)
        {
            Prove();
        }
        else if (wasDeciding)
        {
            _connections.List(this);
        }
    }

    /// <summary>It is used by somebody who asks what is asked here.</summary>
    public void Prove()
    {
        if (!_isProven)
        {
            _isProven = true;
            _connections.Unlist(this);
        }
    }

    /// <summary>
    /// A body, or more of it, is waited for. If it has not come within this time, whoever reads it is told (<see cref="ReadResult.IsCanceled"/>), sometimes for nothing.
    /// Costs next to nothing where it comes: the alarm is left standing for the next one, and rings mostly in vain.
    /// </summary>
    public void Expect(PipeReader body, TimeSpan within)
    {
        var deadline = _clock.GetTimestamp() + (long)(within.TotalSeconds * _clock.TimestampFrequency);
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
                var left = _clock.GetElapsedTime(_clock.GetTimestamp(), deadline);
                var due = left > _shortestWait ? left : _shortestWait;
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

        if (_clock.GetTimestamp() < deadline)
        {
            Arm(deadline);
        }
        else if (Interlocked.CompareExchange(ref _arriving, null, body) == body)
        {
            Wake(body);
        }
    }

    /// <summary>Tells whoever waits for a body that it has not come in time.</summary>
    private static void Wake(PipeReader body)
    {
        try
        {
            body.CancelPendingRead();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The request has ended in this moment, and its pipe with it: nobody waits any more. A timer calls this, and what leaves its callback ends the process.
        }
    }
}
