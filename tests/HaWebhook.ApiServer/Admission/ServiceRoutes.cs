using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace HaWebhook.ApiServer.Admission;

/// <summary>Where webhooks are: the URL that is asked for, and, for those behind a Service, the addresses that stand for it.</summary>
internal sealed class ServiceRoutes
{
    private readonly ConcurrentDictionary<string, Backends> _services = [];

    /// <summary>Says that the pods of a Service listen at one address and no other.</summary>
    public void Set(string @namespace, string service, string host, int port) => Of(@namespace, service).Addresses = [(host, port)];

    /// <summary>Adds an address to a Service: new connections go there, too.</summary>
    public void Add(string @namespace, string service, string host, int port) => Of(@namespace, service).Change(addresses => addresses.Add((host, port)));

    /// <summary>Takes an address from a Service, for new connections: those that are open stay.</summary>
    public void Remove(string @namespace, string service, string host, int port) => Of(@namespace, service).Change(addresses => addresses.Remove((host, port)));

    /// <summary>A webhook's URL, without its timeout: of a Service, <c>https://NAME.NAMESPACE.svc:PORT/PATH</c>.</summary>
    public static Uri Url(Webhook webhook)
    {
        var client = webhook.Settings.Child("clientConfig");
        var service = client.Child("service");
        return new(client.Text("url")
            ?? $"https://{service.Text("name")}.{service.Text("namespace")}.svc:{service.Number("port") ?? 443}/{service.Text("path")?.TrimStart('/')}");
    }

    /// <summary>The address to connect to for a URL: the Service's next, as kube-proxy chooses for each connection, or the URL's own.</summary>
    /// <exception cref="HttpRequestException">A Service that nobody has routed, or that has no address left.</exception>
    public (string Host, int Port) Address(Uri url)
    {
        if (url.Host.Split('.') is not [var name, var @namespace, "svc"])
        {
            return (url.Host, url.Port);
        }

        return _services.TryGetValue($"{@namespace}/{name}", out var backends)
            ? backends.Next() ?? throw new HttpRequestException($"no endpoints available for service \"{name}\"")
            : throw new HttpRequestException($"service \"{name}\" not found");
    }

    private Backends Of(string @namespace, string service) => _services.GetOrAdd($"{@namespace}/{service}", _ => new());

    /// <summary>The addresses of one Service, taken in turn.</summary>
    private sealed class Backends
    {
        private ImmutableList<(string Host, int Port)> _addresses = [];
        private int _turn = -1;

        public ImmutableList<(string Host, int Port)> Addresses
        {
            set => Volatile.Write(ref _addresses, value);
        }

        public void Change(Func<ImmutableList<(string Host, int Port)>, ImmutableList<(string Host, int Port)>> change)
            => ImmutableInterlocked.Update(ref _addresses, change);

        public (string Host, int Port)? Next()
        {
            var addresses = Volatile.Read(ref _addresses);
            return addresses.IsEmpty ? null : addresses[(int)((uint)Interlocked.Increment(ref _turn) % (uint)addresses.Count)];
        }
    }
}
