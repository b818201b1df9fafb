using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Api.Http;

namespace WorkflowFunctions.Api.Access;

/// <summary>Limits how often a caller may call, so that one does not crowd out the others, and nobody tries keys.</summary>
internal static class CallLimits
{
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    public static void AddCallLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(static _ => { });
        services.AddSingleton<IConfigureOptions<RateLimiterOptions>, FromAccess>();
    }

    private sealed class FromAccess(IOptions<AccessOptions> access) : IConfigureOptions<RateLimiterOptions>
    {
        public void Configure(RateLimiterOptions options)
        {
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => PartitionOf(context) is { } partition
                ? RateLimitPartition.GetSlidingWindowLimiter(partition, _ => new SlidingWindowRateLimiterOptions
                {
                    PermitLimit = access.Value.RequestsPerMinute,
                    Window = s_window,
                    SegmentsPerWindow = 6,
                    QueueLimit = 0,
                })
                : RateLimitPartition.GetNoLimiter(""));
            options.OnRejected = static async (context, _) =>
            {
                var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var given) ? given : TimeSpan.FromSeconds(10);
                context.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                await ApiProblem
                    .Of(
                        StatusCodes.Status429TooManyRequests,
                        "There were too many requests in the last minute. Wait for as many seconds as Retry-After says.")
                    .ExecuteAsync(context.HttpContext);
            };
        }

        /// <summary>
        /// What is counted together; null for what is not counted: the page's files, whether the server is well, and an open server.
        /// </summary>
        private string? PartitionOf(HttpContext context)
        {
            if (access.Value is { IsOpen: true } or { RequestsPerMinute: 0 }
                || context.GetEndpoint()?.Metadata.GetMetadata<AccessRule>() is null)
                return null;
            if (Caller.Find(context) is { } caller)
                return caller.Id;
            return context.Request.Path.StartsWithSegments("/api/health") ? null : $"address:{context.Connection.RemoteIpAddress}";
        }
    }
}
