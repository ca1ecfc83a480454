using System.Collections.Concurrent;
using HaWebhook.Kubernetes.Caching;

namespace HaWebhook.Kubernetes.Tests.Caching;

/// <summary>Takes changes and notes every one that does not follow from those before it.</summary>
internal sealed class CheckingSink : IWatchSink<Widget>
{
    private readonly Dictionary<ObjectKey, Widget> _known = [];
    private readonly HashSet<string> _gone = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waits = new();
    private int _callers;

    /// <summary>What was wrong.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>All changes, in words.</summary>
    public ConcurrentQueue<string> Changes { get; } = new();

    public IReadOnlyCollection<Widget> Known => _known.Values;

    /// <summary>Ends when this change has come.</summary>
    public Task Until(string change) => _waits.GetOrAdd(change, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Apply(in CacheChange<Widget> change)
    {
        if (Interlocked.Increment(ref _callers) != 1)
        {
            Errors.Add("two callers at once");
        }

        var known = _known.GetValueOrDefault(change.Key);
        if (known != change.Old)
        {
            Errors.Add($"{change.Key}: {known} became {change.Old}");
        }

        if (change is { Old: { } old, New: { } changed } && (old.Uid != changed.Uid || changed.Version <= old.Version))
        {
            Errors.Add($"{change.Key}: {changed} after {old}");
        }

        if (change is { Old: null, New: { } added } && _gone.Contains(added.Uid))
        {
            Errors.Add($"{change.Key}: {added} was gone");
        }

        string word;
        if (change.New is null)
        {
            _known.Remove(change.Key);
            _gone.Add(change.Old!.Uid);
            word = "removed";
        }
        else
        {
            _known[change.Key] = change.New;
            word = change.Old is null ? "added" : "updated";
        }

        var text = $"{word} {change.Key.Name}";
        Changes.Enqueue(text);
        _waits.GetOrAdd(text, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        Interlocked.Decrement(ref _callers);
    }
}
