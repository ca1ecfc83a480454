using HaWebhook.Kubernetes;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Auditing.Background;

/// <summary>
/// What is written after one run, one thing after the other. What cannot be written for a reason of its own holds up nothing else: an object
/// that is too large, or a namespace that is on its way out, in which nothing can be created any more.
/// </summary>
/// <param name="metrics">Counts what fails.</param>
/// <param name="what"><c>report</c>, <c>event</c> or <c>budget</c>.</param>
/// <param name="most">The most that is tried; the rest after the next run.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class WritePass(AuditMetrics metrics, string what, int most, CancellationToken cancellation)
{
    /// <summary>After so many failures of the server itself, without a success, there is no use in going on.</summary>
    private const int MostFailures = 5;

    private readonly HashSet<string> _closed = new(StringComparer.Ordinal);
    private int _failedInARow;

    /// <summary>How much was written.</summary>
    public int Written { get; private set; }

    /// <summary>How much could not be.</summary>
    public int Failed { get; private set; }

    /// <summary>Why the first of these could not be, in one line; empty where all could.</summary>
    public string FirstError { get; private set; } = "";

    /// <summary>Whether nothing more is to be tried.</summary>
    public bool IsOver => Written + Failed >= most || _failedInARow >= MostFailures;

    /// <summary>Writes something, unless that is of no use.</summary>
    /// <param name="namespaceName">Its namespace.</param>
    /// <param name="write">Writes it.</param>
    /// <returns>Whether it was written.</returns>
    public async Task<bool> TryAsync(string namespaceName, Func<Task> write)
    {
        if (IsOver || _closed.Contains(namespaceName))
        {
            return false;
        }

        try
        {
            await write();
            Written++;
            _failedInARow = 0;
            return true;
        }
        catch (KubernetesApiException exception) when (exception.IsNotFound)
        {
            // It goes, or its namespace does, and takes along what is said of it.
            return false;
        }
        catch (KubernetesApiException exception) when (exception.Code is >= 400 and < 500 and not (401 or 408 or 429))
        {
            if (exception.Code == 403)
            {
                _closed.Add(namespaceName);
            }

            Fail(exception);
            return false;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException && !cancellation.IsCancellationRequested)
        {
            _failedInARow++;
            Fail(exception);
            return false;
        }
    }

    private void Fail(Exception exception)
    {
        FirstError = Failed++ == 0 ? SingleLine.InLog(exception.Message) : FirstError;
        metrics.Wrote(what, "failure");
    }
}
